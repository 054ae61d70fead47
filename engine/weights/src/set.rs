//! A set of tensors by name, from one file, several shards, or memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::WeightError;
use crate::file::{TensorEntry, WeightFile};
use crate::index::ShardIndex;
use crate::layout;
use crate::sniff::ForeignFile;
use crate::stored_tensor::StoredTensor;
use crate::stored_type::StoredType;

/// Tensors by name, out of one or several files. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct WeightSet {
    sources: Arc<Sources>,
    names: Arc<Names>,
}

/// Where tensors come from.
#[derive(Debug, Default)]
struct Sources {
    files: Vec<Arc<WeightFile>>,
    tensors: Vec<StoredTensor>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    File { file_idx: usize, entry_idx: usize },
    Memory { tensor_idx: usize },
}

/// Names in order, and the way back from a name.
#[derive(Debug, Default)]
struct Names {
    ordered: Vec<(String, Place)>,
    by_name: HashMap<String, usize>,
}

impl Names {
    /// Adds a name; the place that has it already when it is taken.
    fn add(&mut self, name: String, place: Place) -> Result<(), Place> {
        if let Some((_, taken)) = self
            .by_name
            .get(&name)
            .and_then(|idx| self.ordered.get(*idx))
        {
            return Err(*taken);
        }
        self.by_name.insert(name.clone(), self.ordered.len());
        self.ordered.push((name, place));
        Ok(())
    }
}

impl WeightSet {
    /// Opens files as one set. A path may also name a shard index
    /// (`*.safetensors.index.json`), which stands for the files it lists.
    ///
    /// Fails when a file cannot be opened, when two files share a name, and when a shard lacks a
    /// tensor that its index promises.
    pub fn open(paths: &[PathBuf]) -> Result<Self, WeightError> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            match WeightFile::open(path) {
                Ok(file) => files.push(file),
                Err(error)
                    if matches!(error.cause(), WeightError::NotWeights(ForeignFile::Json)) =>
                {
                    open_shards(path, &mut files)?;
                }
                Err(error) => return Err(error),
            }
        }
        Self::from_files(files)
    }

    /// Joins opened files. Fails when two of them hold a tensor of the same name.
    pub fn from_files(files: Vec<Arc<WeightFile>>) -> Result<Self, WeightError> {
        let mut names = Names::default();
        for (file_idx, file) in files.iter().enumerate() {
            for (entry_idx, entry) in file.entries().iter().enumerate() {
                let place = Place::File {
                    file_idx,
                    entry_idx,
                };
                if let Err(taken) = names.add(entry.name.clone(), place) {
                    let first = match taken {
                        Place::File { file_idx, .. } => files.get(file_idx),
                        Place::Memory { .. } => None,
                    };
                    return Err(WeightError::DuplicateAcrossFiles {
                        name: entry.name.clone(),
                        first: first.map_or_else(PathBuf::new, |file| file.path().to_owned()),
                        second: file.path().to_owned(),
                    });
                }
            }
        }
        let sources = Sources {
            files,
            tensors: Vec::new(),
        };
        Ok(Self {
            sources: Arc::new(sources),
            names: Arc::new(names),
        })
    }

    /// A set in memory, for converters and tests. Of two tensors with one name the first counts.
    pub fn from_tensors(tensors: Vec<StoredTensor>) -> Self {
        let mut names = Names::default();
        for (tensor_idx, tensor) in tensors.iter().enumerate() {
            // The first one counts, as documented.
            let _ = names.add(tensor.name.clone(), Place::Memory { tensor_idx });
        }
        let sources = Sources {
            files: Vec::new(),
            tensors,
        };
        Self {
            sources: Arc::new(sources),
            names: Arc::new(names),
        }
    }

    /// A tensor by name, without copying its elements.
    /// Fails when there is none or its file has changed since it was opened.
    pub fn get(&self, name: &str) -> Result<StoredTensor, WeightError> {
        let tensor = match self.place(name) {
            Some(Place::File {
                file_idx,
                entry_idx,
            }) => self
                .sources
                .files
                .get(file_idx)
                .and_then(|file| Some(file.tensor(file.entries().get(entry_idx)?)))
                .transpose()?,
            Some(Place::Memory { tensor_idx }) => self.sources.tensors.get(tensor_idx).cloned(),
            None => None,
        };
        let tensor = tensor.ok_or_else(|| WeightError::Missing {
            tensor: name.to_owned(),
            files: self
                .files()
                .iter()
                .map(|file| file.path().to_owned())
                .collect(),
        })?;
        Ok(StoredTensor {
            name: name.to_owned(),
            ..tensor
        })
    }

    /// Whether there is a tensor of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names.by_name.contains_key(name)
    }

    /// All names, in the order of the files and their indexes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.ordered.iter().map(|(name, _)| name.as_str())
    }

    /// Sizes of a tensor, outermost first.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        match self.place(name)? {
            Place::File {
                file_idx,
                entry_idx,
            } => Some(&self.entry(file_idx, entry_idx)?.shape),
            Place::Memory { tensor_idx } => Some(&self.sources.tensors.get(tensor_idx)?.shape),
        }
    }

    /// Element type of a tensor.
    pub fn stored_type(&self, name: &str) -> Option<StoredType> {
        match self.place(name)? {
            Place::File {
                file_idx,
                entry_idx,
            } => Some(self.entry(file_idx, entry_idx)?.stored),
            Place::Memory { tensor_idx } => Some(self.sources.tensors.get(tensor_idx)?.stored),
        }
    }

    /// Number of tensors.
    pub fn len(&self) -> usize {
        self.names.ordered.len()
    }

    /// Whether there are no tensors.
    pub fn is_empty(&self) -> bool {
        self.names.ordered.is_empty()
    }

    /// Bytes of all elements in their stored types. Tensors that share storage count each.
    pub fn total_bytes(&self) -> u64 {
        self.names()
            .map(|name| self.stored_bytes(name))
            .fold(0, u64::saturating_add)
    }

    /// Number of elements of all tensors.
    pub fn num_parameters(&self) -> u64 {
        self.names()
            .map(|name| self.elements(name))
            .fold(0, u64::saturating_add)
    }

    /// The same tensors under other names; those for which `rename` gives `None` are left out.
    /// Where two names become one, the earlier tensor counts.
    pub fn with_names_mapped(&self, rename: impl Fn(&str) -> Option<String>) -> Self {
        let mut names = Names::default();
        for (name, place) in &self.names.ordered {
            if let Some(renamed) = rename(name) {
                // The earlier one counts, as documented.
                let _ = names.add(renamed, *place);
            }
        }
        Self {
            sources: Arc::clone(&self.sources),
            names: Arc::new(names),
        }
    }

    /// The files behind the set; empty for a set in memory.
    pub fn files(&self) -> &[Arc<WeightFile>] {
        &self.sources.files
    }

    fn place(&self, name: &str) -> Option<Place> {
        let idx = self.names.by_name.get(name)?;
        self.names.ordered.get(*idx).map(|(_, place)| *place)
    }

    fn entry(&self, file_idx: usize, entry_idx: usize) -> Option<&TensorEntry> {
        self.sources.files.get(file_idx)?.entries().get(entry_idx)
    }

    fn elements(&self, name: &str) -> u64 {
        self.shape(name)
            .and_then(layout::num_elements)
            .unwrap_or_default() as u64
    }

    fn stored_bytes(&self, name: &str) -> u64 {
        let num_bytes = self
            .stored_type(name)
            .and_then(|stored| stored.num_bytes(self.elements(name) as usize));
        num_bytes.unwrap_or_default() as u64
    }
}

/// Opens the files that an index lists and checks that they keep its promises.
fn open_shards(index_path: &Path, files: &mut Vec<Arc<WeightFile>>) -> Result<(), WeightError> {
    let index = ShardIndex::read(index_path).map_err(|error| error.in_file(index_path))?;
    let mut shards = HashMap::new();
    for path in index.shard_paths(index_path) {
        let file = WeightFile::open(&path)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let tensors: std::collections::HashSet<String> = file
            .entries()
            .iter()
            .map(|entry| entry.name.clone())
            .collect();
        shards.insert(name, (path, tensors));
        files.push(file);
    }
    for (tensor, shard) in &index.weight_map {
        let found = shards.get(shard);
        if !found.is_some_and(|(_, tensors)| tensors.contains(tensor)) {
            let files = found.map(|(path, _)| path.clone()).into_iter().collect();
            return Err(WeightError::Missing {
                tensor: tensor.clone(),
                files,
            });
        }
    }
    Ok(())
}
