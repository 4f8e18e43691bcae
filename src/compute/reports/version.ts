import manifest from "../../../package.json" with { type: "json" };

/** The version of Blindspot, as reports name it. */
export const BLINDSPOT_VERSION: string = manifest.version;
