/** Every kind of page. `scripts/build.mjs` bundles their folders; nothing else lists them. */
import { adversarialKind } from "./adversarial/kind.js";
import { firingKind } from "./firing/kind.js";
import { lipschitzKind } from "./lipschitz/kind.js";
import { modelKind } from "./model/kind.js";
import type { PageKind } from "./pageKind.js";
import { probeKind } from "./probe/kind.js";
import { robustnessKind } from "./robustness/kind.js";
import { unitKind } from "./unit/kind.js";

export const PAGE_KINDS: readonly PageKind[] = [
	adversarialKind,
	lipschitzKind,
	modelKind,
	probeKind,
	unitKind,
	firingKind,
	robustnessKind,
];
