/** How often a simulation is repeated: a few times in `npm test`, thousands of times in `npm run test:statistics`. */
export function runs(few: number, many: number): number {
	return process.env.MODE === "statistics" ? many : few;
}
