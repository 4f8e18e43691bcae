/** Folders that hold other people's files by the thousand: never searched, whatever is looked for. */
const FOLDERS = [
	"node_modules",
	".git",
	"venv",
	".venv",
	"env",
	".env",
	"virtualenv",
	"site-packages",
	"__pycache__",
	".tox",
] as const;

/** As the workspace's searches take it. */
export const LEFT_OUT = `**/{${FOLDERS.join(",")}}/**`;
