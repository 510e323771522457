//! Generates the types of the bundle.

use std::{env, error::Error, fs, path::PathBuf};

use typify::{TypeSpace, TypeSpaceSettings};

fn main() -> Result<(), Box<dyn Error>> {
    let bundle = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../../schemas/bundle.schema.json");
    println!("cargo::rerun-if-changed={}", bundle.display());
    let schema: schemars::schema::RootSchema = serde_json::from_str(&fs::read_to_string(bundle)?)?;
    let mut types = TypeSpace::new(&TypeSpaceSettings::default());
    types.add_root_schema(schema)?;
    let code = prettyplease::unparse(&syn::parse2(types.to_stream())?);
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("wire.rs"), code)?;
    Ok(())
}
