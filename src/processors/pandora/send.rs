//! What Pandora is sent.
