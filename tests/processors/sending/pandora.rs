//! What pandora is sent, written out in full.
