//! Writes what fuzzing starts from, `fuzz/corpus/readers`: each payload of `tests/payloads` behind the byte that
//! chooses its system.

use std::{fs, io, path::Path};

use dynamoi_privacy::processors::System;

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = here.join("corpus/readers");
    fs::create_dir_all(&corpus)?;
    for (byte, system) in (0_u8..).zip(System::ALL) {
        let id = system.id();
        for entry in fs::read_dir(here.join("../tests/payloads").join(id.as_str())).into_iter().flatten() {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with(".expected.json") {
                let seed = [vec![byte], fs::read(&path)?].concat();
                fs::write(corpus.join(format!("{id}-{name}")), seed)?;
            }
        }
    }
    Ok(())
}
