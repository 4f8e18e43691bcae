/** What the command line needs of the computer, looked at before a file could be blamed for the lack of it. */
import { readFileSync } from "node:fs";

const LEAST_NODE = [20, 15] as const;
/** WebAssembly reserves some 10 GB of addresses for a memory of any size, to catch accesses beyond it; below this it can't start. */
const LEAST_ADDRESSES = 14e9;

/** What is lacking, in words; null where nothing is. `limits`: the text of Linux's /proc/self/limits, null elsewhere. */
export function unmetRequirement(nodeVersion: string, limits: string | null): string | null {
	const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
	const [leastMajor, leastMinor] = LEAST_NODE;
	if (major < leastMajor || (major === leastMajor && minor < leastMinor))
		return `Node.js ${LEAST_NODE.join(".")} or later is needed; this is ${nodeVersion}`;
	const bytes = Number(/^Max address space\s+(\d+)\s/m.exec(limits ?? "")?.[1] ?? Number.POSITIVE_INFINITY);
	if (bytes >= LEAST_ADDRESSES) return null;
	const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
	return `the address space is limited to ${gigabytes(bytes)}, ${gigabytes(LEAST_ADDRESSES)} are needed; 'ulimit -v unlimited' lifts the limit where that is allowed`;
}

/** The limits of this process; null where the system doesn't tell. */
export function ownLimits(): string | null {
	try {
		return process.platform === "linux" ? readFileSync("/proc/self/limits", "utf8") : null;
	} catch {
		return null;
	}
}
