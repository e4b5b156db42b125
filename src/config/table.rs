//! Every setting on one screen: the flags, the variables, `docs/configuration.md` and the help are
//! all made from this table.

/// Which commands take a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything that opens bucket and catalog.
    Storage,
    /// `tintype serve` alone.
    Serve,
    /// Every command that logs.
    Log,
    /// Every command that asks a running service.
    Client,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// The flag, without its dashes.
    pub(crate) flag: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// What holds when nobody sets it; `None` where the default is not a fixed text.
    pub(crate) default: Option<&'static str>,
    /// The shape of the value, for the help.
    pub(crate) value: &'static str,
    /// What it does, in a sentence or two.
    pub(crate) help: &'static str,
    /// Which commands take it.
    pub(crate) scope: Scope,
}

macro_rules! settings {
    ($($scope:ident $flag:literal $variable:literal $value:literal $default:expr, $help:literal;)*) => {
        /// The settings, in the order in which the documentation lists them.
        pub(crate) const SETTINGS: &[Setting] = &[$(Setting {
            flag: $flag, variable: $variable, default: $default,
            value: $value, help: $help, scope: Scope::$scope,
        }),*];
    };
}

settings! {
    Serve "listen" "TINTYPE_LISTEN" "ADDRESS" Some("127.0.0.1:8080"),
        "The address to listen on.";
    Serve "allow-anonymous" "TINTYPE_ALLOW_ANONYMOUS" "BOOL" Some("false"),
        "Allows listening beyond loopback although everybody who reaches the service may then upload and delete.";
    Serve "public-url" "TINTYPE_PUBLIC_URL" "URL" None,
        "Where clients reach the service, for the addresses in its answers. From the request's Host when not set.";
    Storage "data-dir" "TINTYPE_DATA_DIR" "DIR" Some("./tintype-data"),
        "Where the embedded catalog and bucket live.";
    Storage "bucket" "TINTYPE_BUCKET" "URL" None,
        "Where bytes live: s3://NAME[/PREFIX], file:///DIR or memory://. A directory in the data dir when not set.";
    Storage "database" "TINTYPE_DATABASE" "URL" None,
        "Where records live: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME. SQLite in the data dir when not set.";
    Storage "database-connections" "TINTYPE_DATABASE_CONNECTIONS" "NUMBER" Some("10"),
        "The most connections to PostgreSQL.";
    Serve "max-image-size" "TINTYPE_MAX_IMAGE_SIZE" "BYTES" Some("20MiB"),
        "The largest image.";
    Serve "max-side" "TINTYPE_MAX_SIDE" "PIXELS" Some("12000"),
        "The longest side of an image.";
    Serve "max-pixels" "TINTYPE_MAX_PIXELS" "PIXELS" Some("50000000"),
        "The most pixels of an image, or of one frame of an animation.";
    Serve "max-frames" "TINTYPE_MAX_FRAMES" "NUMBER" Some("200"),
        "The most frames of an animation.";
    Serve "accept" "TINTYPE_ACCEPT" "FORMATS" None,
        "What is taken beside JPEG, PNG, GIF, WebP and AVIF: image/heic, video/mp4, video/quicktime, video/webm, with commas between them. Films are stored as they come, metadata included.";
    Serve "metadata" "TINTYPE_METADATA" "MODE" Some("strip"),
        "strip takes Exif with the place it was taken, XMP, IPTC, comments, thumbnails and data of applications out of each image before it is stored; keep stores the file as it came.";
    Serve "keep-copyright" "TINTYPE_KEEP_COPYRIGHT" "BOOL" Some("false"),
        "Leaves the Exif tags Copyright and Artist of JPEG, PNG and WebP in place when metadata is taken out.";
    Serve "proof" "TINTYPE_PROOF" "MODE" Some("structure"),
        "structure proves of an upload that its container is whole; decode also decodes its pixels, every frame, and refuses what does not decode. It takes a quarter of the memory budget and some CPU, and gives each new image its placeholder at once.";
    Serve "variants" "TINTYPE_VARIANTS" "MODE" Some("ladder"),
        "Which variants of an image strangers may ask for, such as /i/ID?w=320: ladder, those of --variant-widths and the named ones; named, those of --variant alone; off, none, and every address of an image gives the original.";
    Serve "variant-widths" "TINTYPE_VARIANT_WIDTHS" "PIXELS" Some("64,96,128,160,240,320,480,640,800,960,1280,1600,1920,2560"),
        "The widths and heights that may be asked for, with commas between them.";
    Serve "variant" "TINTYPE_VARIANT" "VARIANT" None,
        "A variant with a name, which ?variant=NAME asks for: NAME=WIDTHxHEIGHT[,FIT][,FORMAT][,qQUALITY], as in thumb=320x320,cover. The flag may come again; in the variable, semicolons stand between them.";
    Serve "variant-auto" "TINTYPE_VARIANT_AUTO" "FORMATS" Some("webp"),
        "What format=auto may choose where the client takes it: webp, avif, or both with a comma between them. AVIF costs many times the work.";
    Serve "variant-avif" "TINTYPE_VARIANT_AVIF" "BOOL" Some("true"),
        "Whether strangers may ask for format=avif. Its encoder takes many times the work of the others, and once it has begun --variant-timeout does not end it.";
    Serve "variant-cache" "TINTYPE_VARIANT_CACHE" "BYTES" None,
        "The part of the memory budget in which variants are kept that were made; 0 keeps none. A sixteenth of the budget, 16 MiB by default, when not set.";
    Serve "variant-workers" "TINTYPE_VARIANT_WORKERS" "NUMBER" None,
        "How many variants are made at a time, at most 256. One for each core when not set.";
    Serve "variant-queue" "TINTYPE_VARIANT_QUEUE" "NUMBER" Some("64"),
        "How many variants may wait to be made, at most 65536. A request for one more is answered 503.";
    Serve "variant-timeout" "TINTYPE_VARIANT_TIMEOUT" "DURATION" Some("30s"),
        "The longest time for making a variant, from the beginning of the read of its original.";
    Serve "max-batch-files" "TINTYPE_MAX_BATCH_FILES" "NUMBER" Some("50"),
        "The most files in one batch.";
    Serve "max-field-size" "TINTYPE_MAX_FIELD_SIZE" "BYTES" Some("64KiB"),
        "The longest value of a text part: a caption, an alternative text, the metadata.";
    Serve "memory-budget" "TINTYPE_MEMORY_BUDGET" "BYTES" Some("256MiB"),
        "The ceiling on image bytes in memory. The process stays within it and 64 MiB.";
    Serve "queue-timeout" "TINTYPE_QUEUE_TIMEOUT" "DURATION" Some("10s"),
        "How long a request waits for memory before it is answered 503.";
    Serve "upload-idle-timeout" "TINTYPE_UPLOAD_IDLE_TIMEOUT" "DURATION" Some("20s"),
        "The longest silence of a client in the middle of an upload before it is answered 408.";
    Serve "upload-min-rate" "TINTYPE_UPLOAD_MIN_RATE" "BYTES" Some("8KiB"),
        "The least average rate of an upload, in bytes per second, asked for after the idle time-out.";
    Serve "max-connections" "TINTYPE_MAX_CONNECTIONS" "NUMBER" Some("2500"),
        "The most connections at a time. Further ones wait. Each takes 24 KiB of the memory budget.";
    Serve "header-timeout" "TINTYPE_HEADER_TIMEOUT" "DURATION" Some("10s"),
        "The longest time that a client may take for the head of a request.";
    Serve "write-timeout" "TINTYPE_WRITE_TIMEOUT" "DURATION" Some("30s"),
        "The longest time that a client may leave an answer unread before it loses its connection.";
    Serve "shutdown-grace" "TINTYPE_SHUTDOWN_GRACE" "DURATION" Some("25s"),
        "How long requests in flight may go on after SIGTERM.";
    Serve "doctor" "TINTYPE_DOCTOR" "WORD" Some("quick"),
        "quick or off: whether the service examines its set-up after it has started, as `tintype doctor` does, and logs what it finds. One small object is put, read and deleted.";
    Storage "put-deadline" "TINTYPE_PUT_DEADLINE" "DURATION" Some("60s"),
        "The longest time for storing one image, all tries together.";
    Storage "sweep-margin" "TINTYPE_SWEEP_MARGIN" "DURATION" Some("60s"),
        "How long after the PUT deadline an unfinished upload counts as abandoned. At least half of the deadline.";
    Storage "reconcile-interval" "TINTYPE_RECONCILE_INTERVAL" "DURATION" Some("10s"),
        "The pause between two passes of the reconciler.";
    Storage "provider" "TINTYPE_PROVIDER" "NAME" None,
        "aws, minio, seaweedfs, r2, b2, garage, ceph, gcs, spaces or wasabi: what the S3 service wants of the region and the next two, where they are not set.";
    Storage "s3-addressing" "TINTYPE_S3_ADDRESSING" "STYLE" Some("auto"),
        "path, virtual or auto: the provider's; without one virtual-host style on AWS, path style where an endpoint is set.";
    Storage "s3-checksum" "TINTYPE_S3_CHECKSUM" "KIND" Some("auto"),
        "crc64nvme, sha256, off or auto: the provider's; without one CRC-64/NVME on AWS, a signed payload and no checksum header where an endpoint is set.";
    Log "log-format" "TINTYPE_LOG_FORMAT" "FORMAT" Some("auto"),
        "human, json or auto: human on a terminal, JSON otherwise.";
    Log "log" "TINTYPE_LOG" "FILTER" Some("info"),
        "What is logged, as tracing's filters are written: info, tintype=debug, warn,tintype::reconcile=trace.";
    Client "url" "TINTYPE_URL" "URL" Some("http://127.0.0.1:8080"),
        "The service to ask, as http://[USER:PASSWORD@]HOST[:PORT][/PATH].";
}
