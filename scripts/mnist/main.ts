/** The command line of `train.ts`. */
import { parseArgs } from "node:util";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { trainMnist } from "./train.js";

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			activation: { type: "string", default: "relu" },
			epochs: { type: "string", default: "10" },
			take: { type: "string", default: "60000" },
			seed: { type: "string", default: "0" },
		},
	});
	const [folder, out] = positionals;
	const { activation } = values;
	if (folder === undefined || out === undefined || (activation !== "relu" && activation !== "sigmoid"))
		throw new Error("usage: npm run mnist -- MNIST_FOLDER OUT_FOLDER [--activation relu|sigmoid] [--epochs 10]");
	console.log(`${(await startBackend("auto", null)).version}`);
	const written = await trainMnist(folder, out, {
		activation,
		epochs: Number(values.epochs),
		take: Number(values.take),
		seed: Number(values.seed),
		onRound: (round, loss) => console.log(`round ${round}: loss ${loss.toFixed(4)}`),
	});
	console.log(written);
}

void main();
