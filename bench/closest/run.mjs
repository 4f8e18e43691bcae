// Blindspot beside other attacks, on the same nets, images and targets:
//
//   npm run bench:closest [-- --images 200 --slow 50 --nets linear,fc100 --peers pdgd-500,alma-1000 --target next,any
//                             --efforts quick,normal,thorough --again normal,pdgd-500|all --out FILE --mnist FOLDER]
//
// The peers are set up once, see scripts/peers.mjs. Everything computes on one thread. What was measured is kept in the cache; `--again`
// names what is measured anew.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { peersPython } from "../../scripts/peers.mjs";
import { cacheFolder, main, root, run } from "../../scripts/steps.mjs";

await main(async () => {
	const python = await peersPython();
	const folder = path.join(cacheFolder, "bench-closest");
	mkdirSync(folder, { recursive: true });
	const args = process.argv.slice(2);
	const mnist = args.includes("--mnist") ? [] : ["--mnist", path.join(root, "..", "shared", "data", "mnist")];
	const threads = { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1" };
	const program = path.join(root, "bench", "closest", "index.ts");
	const fixed = ["--python", python, "--script", path.join(root, "bench", "closest", "peers.py"), "--folder", folder];
	await run(process.execPath, [path.join(root, "scripts", "run.mjs"), program, ...fixed, ...mnist, ...args], {
		env: threads,
	});
});
