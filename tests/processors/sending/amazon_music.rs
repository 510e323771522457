//! What amazon_music is sent, written out in full.
