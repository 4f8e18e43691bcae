// Writes what Foolbox's attacks make of a small random net, which test/compute/adversarial/baselines.test.ts holds ours against:
//
//   npm run test:foolbox
import path from "node:path";
import { peersPython } from "../peers.mjs";
import { main, root, run } from "../steps.mjs";

await main(async () => {
	const python = await peersPython();
	const folder = path.join(root, "scripts", "foolbox");
	const program = path.join(folder, "twins.ts");
	await run(process.execPath, [
		path.join(root, "scripts", "run.mjs"),
		program,
		python,
		path.join(folder, "attacks.py"),
	]);
});
