/**
 * How much a job definition may ask for. The network's own validator sets no limits at all (it
 * accepts a 5 MB command and port -5), so these are ours. Each is far above what any public
 * template uses and low enough that a hostile definition can hurt neither memory nor the engine.
 */

/** Bytes of the whole document. The largest public template has 2 KB; prompts may be long. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** Lists and objects inside one another. The format needs 9 and a health check's body some more. */
export const MAX_NESTING_DEPTH = 32;

/** Bytes of one text. Linux refuses longer arguments (MAX_ARG_STRLEN: 32 pages with the NUL). */
export const MAX_TEXT_BYTES = 128 * 1024 - 1;

/** Operations of a job. Each is a container to set up and to clean up. */
export const MAX_OPERATIONS = 64;

/** Characters of an operation's id and of a group's name: they are shown, logged, and labels. */
export const MAX_ID_CHARACTERS = 128;

/** Characters of an image reference: registries allow 255 for the name, then tag and digest. */
export const MAX_IMAGE_CHARACTERS = 512;

/** Entries of a command or an entrypoint. */
export const MAX_COMMAND_ENTRIES = 4096;

/** Variables in one `env`. */
export const MAX_ENV_ENTRIES = 1024;

/**
 * Bytes of one `env` as the kernel counts it (name=value and a NUL). The global one and the own one
 * together stay below the 2 MiB that Linux gives arguments and variables.
 */
export const MAX_ENV_BYTES = 256 * 1024;

/** Named volumes, resources, and network names of one operation: each is work for the engine. */
export const MAX_VOLUMES = 64;
export const MAX_RESOURCES = 64;
export const MAX_ALIASES = 64;

/** Exposed ports of one operation: each is a public address and a tunnel. */
export const MAX_EXPOSED_PORTS = 64;

/** Health checks of one port: each runs every few seconds for as long as the job lives. */
export const MAX_HEALTH_CHECKS = 16;

/** Headers of one health check. */
export const MAX_HEADERS = 64;

/** Files of a resource, and buckets of an S3 resource. */
export const MAX_FILES = 1024;
export const MAX_BUCKETS = 64;

/** Characters of a path inside the container (PATH_MAX of Linux). */
export const MAX_PATH_CHARACTERS = 4096;

/** Characters of an address (what common servers and proxies accept at most). */
export const MAX_URL_CHARACTERS = 8192;

/** Characters of a network name (RFC 1035 limits a whole DNS name to 253). */
export const MAX_ALIAS_CHARACTERS = 253;

/** Characters of a volume's name. The engine makes a folder of it, and a folder has 255. */
export const MAX_VOLUME_NAME_CHARACTERS = 128;

/** Result patterns of one operation: every line of its log is matched against each. */
export const MAX_RESULTS = 64;

/** Characters of one result pattern. The longer, the easier it is to hide a slow one. */
export const MAX_PATTERN_CHARACTERS = 2048;

/** Entries of `global.variables`. */
export const MAX_VARIABLES = 1024;

/** TCP has 16 bits for a port; 0 means "any". */
export const MIN_PORT = 1;
export const MAX_PORT = 65_535;

/** HTTP has three-digit status codes (RFC 9110, section 15). */
export const MIN_STATUS = 100;
export const MAX_STATUS = 599;

/** Restarts after a failure. More would be a way to keep the card busy with nothing. */
export const MAX_RESTART_TRIES = 100;

/** Characters that literals may add to one operation: a short text may repeat a long value. */
export const MAX_FILLED_IN_CHARACTERS = 4 * 1024 * 1024;

/** Errors that are reported for one definition; the rest is counted. */
export const MAX_REPORTED_ERRORS = 50;

/** Characters of a literal between its marks: a looked-up name is tried at each of its dots. */
export const MAX_LITERAL_CHARACTERS = 512;

/** Gigabytes of graphics memory that an operation may say it needs. No computer has as much. */
export const MAX_REQUIRED_VRAM_GB = 4096;

/** Entries that one result may collect, and their bytes: they become words of later operations. */
export const MAX_RESULT_ENTRIES = 1000;
export const MAX_RESULT_BYTES = 64 * 1024;

/** Bytes of all results of a job. They are part of the document that the poster gets. */
export const MAX_ALL_RESULT_BYTES = 4 * 1024 * 1024;

/** Milliseconds that one pattern may take over the whole log, and all patterns of a job together. */
export const MAX_PATTERN_MS = 2000;
export const MAX_ALL_PATTERNS_MS = 20_000;
