//! Log-mel front end.
