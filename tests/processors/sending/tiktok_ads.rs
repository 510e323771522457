//! What tiktok_ads is sent, written out in full.
