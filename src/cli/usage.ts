/** The command line: what may be asked, and how. */
import { MODEL_CHOICES } from "../compute/formats/formats.js";
import type { CliCommand, Invocation } from "./command.js";
import { attack } from "./commands/attack.js";
import { inspect } from "./commands/inspect.js";
import { lipschitz } from "./commands/lipschitz.js";
import { predict } from "./commands/predict.js";
import { probe } from "./commands/probe.js";
import { robustness } from "./commands/robustness.js";
import { wrong } from "./options.js";

/** Every command, in the order of the usage text. */
const commands: readonly CliCommand[] = [inspect, predict, attack, robustness, probe, lipschitz];

const WORDS = `MODEL is ${MODEL_CHOICES};
IMAGE a picture or a folder of pictures.

Common options:
  --data FOLDER|IDX|NPZ     a data set in place of images; labels come from folders or the file
  --take N, --skip N        part of the data set, balanced over the classes
  --shuffle                 which ones of each class is drawn with --seed; otherwise the first ones
  --config FILE             a blindspot.json; otherwise looked for from the model's folder upwards
  --scale=0..1|-1..1|0..255|1..0, --mean=a,b,c, --std=a,b,c, --bgr, --fit resize|crop
                            what happens to pictures on their way into the model
  --size WxH[xC]            size of the images, where the model leaves it open or takes a list of values
  --classes FILE            class names
  --folders number|number-from-1|sorted|natural
                            how class folders that aren't named after classes are numbered
  --output NODE             the layer or node that gives the scores, where it isn't the model's own output
  --exclusive               each image has exactly one label, though the model ends in a sigmoid for each
  --backend native|wasm|js  what computes; otherwise the fastest that works
  --seed N                  for everything random (default 0)
  --json                    the report, on standard output
  --fail-under D            for continuous integration: exit 1 where the mean distortion is below D

  --require-accuracy S      the same for predict: exit 1 where the accuracy is below S

Exit status: 0 done; 1 done, but a picture was unreadable or has no adversarial, a file could not be written, the mean
distortion is below --fail-under or the accuracy below --require-accuracy; 2 bad input or usage; 130 interrupted.`;

/** The text of `--help`: of all commands, or of one. */
function usageOf(shown: readonly CliCommand[]): string {
	return ["Usage:", ...shown.map(({ usage }) => usage), "", WORDS].join("\n");
}

/** Throws `bad-request` with one line that says what is wrong. */
export function parseCommand(
	args: readonly string[],
): { readonly kind: "help"; readonly text: string } | { readonly kind: "version" } | Invocation {
	const [name = "help", ...rest] = args;
	const known = commands.find((command) => command.name === name);
	if (known) return rest.some(isHelp) ? { kind: "help", text: usageOf([known]) } : known.invocation(rest);
	if (name === "help" || isHelp(name)) return { kind: "help", text: usageOf(commands) };
	if (["version", "--version"].includes(name)) return { kind: "version" };
	const names = commands.map((command) => command.name);
	throw wrong(`unknown command '${name}'; ${names.slice(0, -1).join(", ")} and ${names.at(-1)} are known`);
}

function isHelp(word: string): boolean {
	return word === "--help" || word === "-h";
}
