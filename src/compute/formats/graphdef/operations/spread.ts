/** Images whose places were dealt out to a batch: how TensorFlow writes dilated convolutions. */
import type { Pair } from "../../../network/types.js";
import { type Activation, type Atom, productOf } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import { asImage, type ImageValue } from "../../graph/lower/images.js";
import type { GraphNode } from "../node.js";

/** An image whose places were dealt out to pictures of a batch, so that neighbours there are `blocks` apart here. */
export interface Spread {
	readonly blocks: Pair;
	image(emitter: Emitter, node: GraphNode): ImageValue;
	/** The convolved image dealt out again. */
	again(product: Activation, node: GraphNode): Activation;
}

/** The value as what SpaceToBatchND makes of an image, which a plain convolution then sees dilated; null for any other. */
export function spreadOver(x: Activation): Spread | null {
	const [batch, ...others] = x.axes;
	if (!batch || batch.length === 0 || others.length !== 3) return null;
	const [rows, columns, channels] = others as [readonly Atom[], readonly Atom[], readonly Atom[]];
	const isAfter = (block: Atom, places: readonly Atom[]) =>
		x.dims.some((dim) => dim.at(-1) === block && places.length > 0 && dim.at(-2) === places.at(-1));
	const down = batch.filter((block) => isAfter(block, rows));
	const across = batch.filter((block) => isAfter(block, columns));
	if (down.length + across.length !== batch.length || down.length > 1 || across.length > 1) return null;
	const blocks: Pair = [productOf(down), productOf(across)];
	return {
		blocks,
		image(emitter, node) {
			const dims = [[...rows, ...down], [...columns, ...across], channels];
			const whole: Activation = { ...x, axes: [[], ...dims] };
			return asImage(emitter, emitter.arrange(whole, dims, node.origin), node.origin, true);
		},
		again(product, node) {
			const parts = [1, 2].map((axis) => {
				const size = productOf(product.axes[axis] as readonly Atom[]);
				const block = blocks[axis - 1] as number;
				if (size % block !== 0) throw node.damaged(`${size} places can't be dealt out to ${block}`);
				return [{ size: size / block }, { size: block }].map((atom) => (atom.size === 1 ? [] : [atom]));
			});
			const [[h, b], [w, c]] = parts as [[Atom[], Atom[]], [Atom[], Atom[]]];
			const depth = product.axes[3] as readonly Atom[];
			const wanted = [[...b, ...c], h, w, depth];
			return { ...product, dims: [[...h, ...b], [...w, ...c], depth], axes: wanted };
		},
	};
}
