//! The subject's rights: what is held of them, as they may have it.
