//! The names a pickle may mention. All others are refused, used or not.

use crate::error::WeightError;
use crate::stored_type::StoredType;

/// Longest part of a refused name that is repeated in a message, in characters.
const MAX_QUOTED_CHARS: usize = 120;

/// A known name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildTensorV2,
    RebuildParameter,
    Storage(StorageClass),
    /// An element type as a value, such as `torch.float32`.
    ElementType,
    Size,
    Device,
}

/// How the elements of a storage are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StorageClass {
    /// Elements of one type.
    Typed(StoredType),
    /// Plain bytes.
    Untyped,
    /// The class without a type; it can be mentioned but holds no data.
    Abstract,
}

/// Looks a name up. Fails with the name when it is not on the list.
pub(super) fn lookup(module: &[u8], name: &[u8]) -> Result<Global, WeightError> {
    known(module, name).ok_or_else(|| WeightError::ForbiddenGlobal {
        module: quoted(module),
        name: quoted(name),
    })
}

fn known(module: &[u8], name: &[u8]) -> Option<Global> {
    Some(match (module, name) {
        (b"collections", b"OrderedDict") => Global::OrderedDict,
        (b"torch._utils", b"_rebuild_tensor") => Global::RebuildTensor,
        (b"torch._utils", b"_rebuild_tensor_v2") => Global::RebuildTensorV2,
        (b"torch._utils", b"_rebuild_parameter") => Global::RebuildParameter,
        (b"torch.storage", b"UntypedStorage") => Global::Storage(StorageClass::Untyped),
        (b"torch.storage", b"TypedStorage" | b"_TypedStorage") => {
            Global::Storage(StorageClass::Abstract)
        }
        (b"torch", b"Size") => Global::Size,
        (b"torch", b"device") => Global::Device,
        (b"torch", class) => {
            return typed_storage(class)
                .map(|stored| Global::Storage(StorageClass::Typed(stored)))
                .or_else(|| is_element_type(class).then_some(Global::ElementType));
        }
        _ => return None,
    })
}

fn typed_storage(class: &[u8]) -> Option<StoredType> {
    Some(match class {
        b"DoubleStorage" => StoredType::F64,
        b"FloatStorage" => StoredType::F32,
        b"HalfStorage" => StoredType::F16,
        b"BFloat16Storage" => StoredType::Bf16,
        b"LongStorage" => StoredType::I64,
        b"IntStorage" => StoredType::I32,
        b"ShortStorage" => StoredType::I16,
        b"CharStorage" => StoredType::I8,
        b"ByteStorage" => StoredType::U8,
        b"BoolStorage" => StoredType::Bool,
        _ => return None,
    })
}

fn is_element_type(name: &[u8]) -> bool {
    matches!(
        name,
        b"float64"
            | b"float32"
            | b"float16"
            | b"bfloat16"
            | b"int64"
            | b"int32"
            | b"int16"
            | b"int8"
            | b"uint8"
            | b"bool"
            | b"float8_e4m3fn"
            | b"float8_e5m2"
    )
}

fn quoted(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .chars()
        .take(MAX_QUOTED_CHARS)
        .collect()
}
