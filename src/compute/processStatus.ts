/** What Linux says of a process that this one has started. */
import { readFile } from "node:fs/promises";

export interface ProcessStatus {
	/** Memory that it has in use, in MiB. */
	readonly residentMiB: number | null;
	/** Whether a signal (SIGSTOP) holds it, so that it answers nothing until it is let go on. */
	readonly isHeld: boolean;
}

/** Null where the system doesn't say, or the process is gone. */
export async function processStatus(pid: number | null): Promise<ProcessStatus | null> {
	if (process.platform !== "linux" || pid === null) return null;
	const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => null);
	if (status === null) return null;
	const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
	return {
		residentMiB: kibibytes === undefined ? null : Number(kibibytes) / 1024,
		isHeld: /^State:\s*[Tt]/m.test(status),
	};
}
