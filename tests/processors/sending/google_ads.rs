//! What google_ads is sent, written out in full.
