//! Small torch files for tests, written byte by byte.

use std::io::Cursor;

use super::zip_writer::ZipWriter;

/// Start of a pickle of protocol 2.
pub(crate) const PROTO2: &[u8] = b"\x80\x02";

/// Joins pieces.
pub(crate) fn join(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// A pickled text.
pub(crate) fn text(text: &str) -> Vec<u8> {
    join(&[b"X", &(text.len() as u32).to_le_bytes(), text.as_bytes()])
}

/// A pickled 32 bit integer.
pub(crate) fn int(number: i32) -> Vec<u8> {
    join(&[b"J", &number.to_le_bytes()])
}

/// A pickled tuple of integers.
pub(crate) fn ints(numbers: &[i32]) -> Vec<u8> {
    let items: Vec<u8> = numbers.iter().flat_map(|number| int(*number)).collect();
    join(&[b"(", &items, b"t"])
}

/// A tensor as a pickle describes it; the default is `[2, 2]` of storage `0` with 4 elements.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) class: &'static str,
    pub(crate) key: &'static str,
    pub(crate) num_elements: Vec<u8>,
    pub(crate) offset: Vec<u8>,
    pub(crate) sizes: Vec<i32>,
    pub(crate) strides: Vec<i32>,
    /// Fields behind the element count of the persistent id.
    pub(crate) id_tail: &'static [u8],
}

impl Default for Tensor {
    fn default() -> Self {
        Self {
            class: "FloatStorage",
            key: "0",
            num_elements: int(4),
            offset: int(0),
            sizes: vec![2, 2],
            strides: vec![2, 1],
            id_tail: b"",
        }
    }
}

impl Tensor {
    /// The pickled call that rebuilds it.
    pub(crate) fn pickled(&self) -> Vec<u8> {
        join(&[
            b"ctorch._utils\n_rebuild_tensor_v2\n((",
            &text("storage"),
            format!("ctorch\n{}\n", self.class).as_bytes(),
            &text(self.key),
            &text("cpu"),
            &self.num_elements,
            self.id_tail,
            b"tQ",
            &self.offset,
            &ints(&self.sizes),
            &ints(&self.strides),
            b"\x89ccollections\nOrderedDict\n)RtR",
        ])
    }
}

/// A pickle of a dict with these pickled values.
pub(crate) fn dict_pickle(items: &[(&str, Vec<u8>)]) -> Vec<u8> {
    join(&[PROTO2, &dict(items), b"."])
}

/// A pickled dict.
pub(crate) fn dict(items: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let items: Vec<u8> = items
        .iter()
        .flat_map(|(key, value)| join(&[&text(key), value]))
        .collect();
    join(&[b"}(", &items, b"u"])
}

/// A zip container with this index and these storages.
pub(crate) fn zip_file(pickle: &[u8], storages: &[(&str, &[u8])]) -> Vec<u8> {
    let mut members = vec![("archive/data.pkl".to_owned(), pickle)];
    for (key, bytes) in storages {
        members.push((format!("archive/data/{key}"), bytes));
    }
    zip_of(&members)
}

/// A zip archive of these members.
pub(crate) fn zip_of(members: &[(String, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.add(name, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An old container with this object and these storages of `item_bytes` per element.
pub(crate) fn legacy_file(object: &[u8], storages: &[(&str, &[u8])], item_bytes: usize) -> Vec<u8> {
    let keys: Vec<u8> = storages.iter().flat_map(|(key, _)| text(key)).collect();
    let mut file = join(&[
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
        b"\x80\x02M\xe9\x03.",
        b"\x80\x02}(X\x0d\x00\x00\x00little_endian\x88u.",
        object,
        PROTO2,
        b"](",
        &keys,
        b"e.",
    ]);
    for (_, bytes) in storages {
        file.extend_from_slice(&((bytes.len() / item_bytes) as u64).to_le_bytes());
        file.extend_from_slice(bytes);
    }
    file
}
