/**
 * How much one resource may be. A definition is limited elsewhere (jobs/definition/limits.ts); these
 * limit what servers answer, so that none of them can fill our memory or keep us busy for ever.
 */

const GIB = 1024 ** 3;

/** Files of one resource. The largest public models have some hundreds; data sets have thousands. */
export const MAX_FILES = 10_000;

/** Bytes of one resource: far above the largest public model, far below what sums lose precision at. */
export const MAX_TOTAL_BYTES = 4096 * GIB;

/** Pages of one listing. Stores give 1000 files a page, but may give fewer. */
export const MAX_LISTING_PAGES = 100;

/** Bytes of one page of a listing: 1000 entries with keys of 1024 bytes fit twice. */
export const MAX_LISTING_BYTES = 4 * 1024 * 1024;

/** Bytes of what Hugging Face tells of a repository: it names every file, without their sizes. */
export const MAX_REPOSITORY_BYTES = 16 * 1024 * 1024;

/** Bytes of a manifest of Ollama's registry; usual ones have less than 2 KB. */
export const MAX_OLLAMA_MANIFEST_BYTES = 1024 * 1024;

/** Bytes of a path in a volume and of one of its parts: PATH_MAX and NAME_MAX of Linux. */
export const MAX_PATH_BYTES = 4096;
export const MAX_NAME_BYTES = 255;

/** Requests at the same time that ask for sizes, and files that are fetched at the same time. */
export const PARALLEL_PROBES = 8;
export const PARALLEL_DOWNLOADS = 3;

/** Attempts in a row at one file that bring no byte, and attempts at it in all. */
export const MAX_FRUITLESS_ATTEMPTS = 5;
export const MAX_ATTEMPTS = 100;

/** Size of the cache where the owner says nothing. */
export const DEFAULT_QUOTA_BYTES = 100 * GIB;

/** Never more of the disk than this part of what would be free without the cache. */
export const QUOTA_PART_OF_DISK = 0.25;

/** Bytes that always stay free on the engine's disk: containers write there too. */
export const RESERVE_BYTES = 2 * GIB;
