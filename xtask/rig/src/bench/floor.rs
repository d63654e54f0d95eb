//! The floor.
pub async fn serve(_file: &std::path::Path) -> anyhow::Result<()> {
    anyhow::bail!("not yet")
}
