//! What apple_music is sent, written out in full.
