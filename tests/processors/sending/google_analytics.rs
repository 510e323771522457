//! What google_analytics is sent, written out in full.
