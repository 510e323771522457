//! What deezer is sent, written out in full.
