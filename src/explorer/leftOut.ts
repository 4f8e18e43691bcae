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

/** Whether a path lies in such a folder, or is one. */
export function isLeftOut(path: string): boolean {
	return path.split(/[\\/]/).some((part) => (FOLDERS as readonly string[]).includes(part));
}

/** As the workspace's searches take it. */
export const LEFT_OUT = `**/{${FOLDERS.join(",")}}/**`;
