//! Weight files as bytes: mapping, safetensors, torch pickles, names.
