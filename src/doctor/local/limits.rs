//! How much memory the kernel lets this process have, and which file or limit says so.
//!
//! The crate `sysinfo` finds the smallest `memory.max` as a number. Whoever has to change it wants to
//! know where it stands, and `memory.high` slows a process down before it is killed, so the files are
//! read here.

use std::fs;
use std::path::{Component, Path, PathBuf};

use rustix::process::{Resource, getrlimit};

/// From here on a number means that there is no limit: version 1 of the control groups writes the
/// largest count of pages in place of a word.
const NO_LIMIT: u64 = 1 << 62;

/// Where the kernel shows what it allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernel<'a> {
    /// `/proc`.
    pub(super) proc: &'a Path,
    /// Where the control groups are mounted, which by custom is `/sys/fs/cgroup`.
    pub(super) groups: &'a Path,
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// How much the process may have.
    pub(super) bytes: u64,
    /// What says so.
    pub(super) source: Source,
}

/// What limits memory, and with it what happens beyond it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The file of a control group, beyond which the kernel kills: `memory.max`, or
    /// `memory.limit_in_bytes` in version 1.
    Kills(PathBuf),
    /// The file of a control group, beyond which the kernel makes the process wait: `memory.high`
    /// (<https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files>).
    Slows(PathBuf),
    /// `RLIMIT_AS`, beyond which memory is refused. It counts what is set aside, not only what is
    /// used.
    AddressSpace,
    /// The memory of the machine.
    Machine,
}

impl Kernel<'_> {
    /// Every limit there is. What is not there, or cannot be read, is no limit that could be told.
    pub(super) fn limits(self) -> Vec<Limit> {
        let membership = fs::read_to_string(self.proc.join("self/cgroup")).unwrap_or_default();
        let mut limits: Vec<_> = membership.lines().flat_map(|line| self.groups(line)).collect();
        let of_process = getrlimit(Resource::As).current;
        limits.extend(of_process.map(|bytes| Limit { bytes, source: Source::AddressSpace }));
        limits.extend(self.machine().map(|bytes| Limit { bytes, source: Source::Machine }));
        limits.retain(|limit| limit.bytes < NO_LIMIT);
        limits
    }

    /// The limits of the group in a line of `/proc/self/cgroup`, such as `0::/docker/3f9a` or
    /// `4:memory:/docker/3f9a`, and of every group that it lies in. Version 1 has a tree for each
    /// controller, version 2 has one: <https://man7.org/linux/man-pages/man7/cgroups.7.html>.
    fn groups(self, line: &str) -> Vec<Limit> {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
            return Vec::new();
        };
        if controllers.is_empty() {
            let kills = each_of(self.groups, path, "memory.max", Source::Kills);
            let slows = each_of(self.groups, path, "memory.high", Source::Slows);
            kills.chain(slows).collect()
        } else if controllers.split(',').any(|controller| controller == "memory") {
            let root = self.groups.join("memory");
            each_of(&root, path, "memory.limit_in_bytes", Source::Kills).collect()
        } else {
            Vec::new()
        }
    }

    fn machine(self) -> Option<u64> {
        let text = fs::read_to_string(self.proc.join("meminfo")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        kibibytes.checked_mul(1024)
    }
}

/// What the file `name` says in the group at `path` and in those above it, up to `root`. A container
/// may see its own group as the root, under whatever path, so groups that are not there are passed
/// over.
fn each_of(
    root: &Path,
    path: &str,
    name: &'static str,
    source: fn(PathBuf) -> Source,
) -> impl Iterator<Item = Limit> {
    let down = Path::new(path).strip_prefix("/").unwrap_or(Path::new(""));
    // A group outside of what this process may see is shown as `/../…`.
    let visible = down.components().all(|part| matches!(part, Component::Normal(_)));
    let down = if visible { down } else { Path::new("") };
    let files: Vec<_> = down.ancestors().map(|group| root.join(group).join(name)).collect();
    files.into_iter().filter_map(move |file| {
        // The word `max` stands for no limit.
        let bytes = fs::read_to_string(&file).ok()?.trim().parse().ok()?;
        Some(Limit { bytes, source: source(file) })
    })
}

#[cfg(test)]
mod tests {
    use tempfile::{TempDir, tempdir};

    use super::*;

    /// A `/proc` and a tree of groups with these files.
    fn machine(membership: &str, files: &[(&str, &str)]) -> TempDir {
        let place = tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("proc/self/cgroup", membership);
        write("proc/meminfo", "MemTotal:        4096 kB\nMemFree:  9 kB\n");
        for (path, text) in files {
            write(&format!("groups/{path}"), text);
        }
        place
    }

    /// The limits as `FILE NUMBER`, without that of the process itself.
    fn limits(place: &TempDir) -> Vec<String> {
        let (proc, groups) = (place.path().join("proc"), place.path().join("groups"));
        let limits = Kernel { proc: &proc, groups: &groups }.limits();
        let told = limits.into_iter().filter_map(|limit| match limit.source {
            Source::Kills(file) | Source::Slows(file) => {
                let file = file.strip_prefix(&groups).unwrap();
                Some(format!("{} {}", file.display(), limit.bytes))
            }
            Source::Machine => Some(format!("machine {}", limit.bytes)),
            Source::AddressSpace => None,
        });
        told.collect()
    }

    #[test]
    fn every_group_up_to_the_root_counts() {
        let place = machine(
            "0::/pods/ours\n",
            &[
                ("pods/ours/memory.max", "300\n"),
                ("pods/ours/memory.high", "max\n"),
                ("pods/memory.max", "200\n"),
                ("pods/memory.high", "100\n"),
                ("memory.max", "max\n"),
                ("another/memory.max", "1\n"),
            ],
        );
        let expected = [
            "pods/ours/memory.max 300",
            "pods/memory.max 200",
            "pods/memory.high 100",
            "machine 4194304",
        ];
        assert_eq!(limits(&place), expected);
    }

    #[test]
    fn version_1_has_a_tree_for_memory_and_a_number_for_no_limit() {
        let place = machine(
            "9:cpu,cpuacct:/ours\n4:hugetlb,memory:/docker/ours\n0::/\n",
            &[
                ("memory/docker/ours/memory.limit_in_bytes", "300\n"),
                ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
                ("cpu/ours/memory.limit_in_bytes", "1\n"),
            ],
        );
        let expected = ["memory/docker/ours/memory.limit_in_bytes 300", "machine 4194304"];
        assert_eq!(limits(&place), expected);
    }

    #[test]
    fn a_container_that_sees_only_its_own_group_finds_it_at_the_root() {
        for membership in ["0::/\n", "0::/../ours\n", "0::/kubepods/pod1/ours\n"] {
            let place = machine(membership, &[("memory.max", "300\n")]);
            assert_eq!(limits(&place), ["memory.max 300", "machine 4194304"], "{membership}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_limit() {
        for membership in ["", "nonsense", "0::", "0:\n1:memory\n"] {
            let place = machine(membership, &[("memory.max", "many\n")]);
            assert_eq!(limits(&place), ["machine 4194304"], "{membership}");
        }
        assert!(limits(&tempdir().unwrap()).is_empty());
    }
}
