// Runs applications.py, which is started once: TensorFlow takes long to load.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { StepError } from "../steps.mjs";

/** The program that makes the nets of keras.applications, one after the other as it is told. */
export class Maker {
	#program;
	#lines;

	constructor(python, args, env) {
		const stdio = ["pipe", "pipe", "ignore"];
		this.#program = spawn(python, args, { stdio, env: { ...process.env, ...env } });
		this.#lines = createInterface({ input: this.#program.stdout })[Symbol.asyncIterator]();
	}

	async names() {
		const names = [];
		for (let line = await this.#line(); line !== ""; line = await this.#line()) names.push(line);
		return names;
	}

	/** What it says once the net is there, or that it can't be made. */
	make(name) {
		this.#program.stdin.write(`${name}\n`);
		return this.#line();
	}

	end() {
		this.#program.stdin.end();
		this.#program.kill();
	}

	async #line() {
		const { value, done } = await this.#lines.next();
		if (done) throw new StepError("applications.py ended");
		return value;
	}
}
