/** The compute process of the installed extension, as the operating system sees it. */
import { execFileSync } from "node:child_process";
import { inject } from "vitest";

/** Its pid; throws where none runs or several do. */
export function computePid(): number {
	const { extensions } = inject("server");
	const processes = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
	const found = processes.filter((line) => line.includes(extensions) && /dist[\\/]host\.js(\s|$)/.test(line));
	if (found.length !== 1) throw new Error(`${found.length} compute processes run: ${found.join("; ")}`);
	return Number.parseInt(found[0] as string, 10);
}
