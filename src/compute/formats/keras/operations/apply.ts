/** One call of an operation between layers, as values of the network being read. */
import { BlindspotError } from "../../../errors.js";
import type { Value } from "../../graph/align.js";
import type { Lowering } from "../../graphdef/lowering.js";
import type { Call } from "../inbound.js";
import { OperationCall, type Signature } from "./call.js";
import type { Operands } from "./operand.js";
import type { LayerOperation } from "./recognise.js";

const NOTHING: Signature = { names: [], positional: Number.POSITIVE_INFINITY };

/** The operation's outputs. Throws `unsupported-model` for one that isn't read; `label` names it for people. */
export function applyOperation(
	operation: LayerOperation,
	{ operands }: Call,
	label: string,
	inputs: readonly Value[],
	lowering: Lowering,
): readonly Value[] {
	const origin = { name: label, type: operation.name };
	const given: Operands = operands ?? { positional: [], named: new Map() };
	if (operation.graphNode) {
		const { definition, constants } = operation.graphNode;
		const call = new OperationCall(origin, NOTHING, given, inputs, lowering);
		const places = [...constants.keys()];
		const count = inputs.length + constants.size;
		if (!places.every((at) => Number.isInteger(at) && at >= 0 && at < count))
			throw call.damaged("a constant has no place");
		const rest = [...inputs];
		const all = Array.from({ length: count }, (_, at) => {
			const constant = constants.get(at);
			return constant ? call.valueOf(constant, `input ${at}`) : (rest.shift() as Value);
		});
		return call.node(definition, all);
	}
	const { known, configured } = operation;
	if (!known)
		throw new BlindspotError("unsupported-model", `Unsupported operation '${operation.name}' at '${label}'.`, label);
	const named = new Map([...configured, ...given.named]);
	const result = known.read(new OperationCall(origin, known.signature, { ...given, named }, inputs, lowering));
	return "kind" in result ? [result] : result;
}
