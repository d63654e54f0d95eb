//! How a build is made: which cargo profiles, and how much the browser's half is squeezed.

/// One way to build the site and the server.
pub struct Profile {
    /// Names the site directory: `target/site/<name>`.
    pub name: &'static str,
    /// The server's cargo profile; also the name of its output directory.
    pub server: &'static str,
    /// The cargo profile of the two browser bundles.
    pub wasm: &'static str,
    /// Run wasm-opt over the bundles and drop their names.
    pub optimise: bool,
    /// Put `.br` and `.gz` twins beside every file worth compressing.
    pub twins: bool,
}

/// Quick to build; pages are read from disk.
pub const DEV: Profile = Profile { name: "dev", server: "debug", wasm: "wasm-dev", optimise: false, twins: false };

/// What tests and faults run against: optimised enough to be quick, built in one go with everything that tests it.
/// Its pages are those of [`DEV`].
pub const TESTED: Profile = Profile { name: "dev", server: "ci", wasm: "ci", optimise: false, twins: false };

/// What is shipped: one binary with the site inside.
pub const RELEASE: Profile = Profile { name: "release", server: "release", wasm: "wasm-release", optimise: true, twins: true };

impl Profile {
    /// The arguments that make cargo build the server this way.
    pub fn server_arguments(&self) -> Vec<&'static str> {
        match self.server {
            "debug" => vec![],
            named => vec!["--profile", named],
        }
    }
}
