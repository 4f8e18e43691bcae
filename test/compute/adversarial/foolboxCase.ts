/** The net and the images on which Foolbox's attacks were run, from seeds; `npm run test:foolbox` runs them again. */
import { highest } from "../../../src/compute/adversarial/goal.js";
import { Random } from "../../../src/compute/math/random.js";
import { denseNetwork, randomLayers, randomPictures } from "./networks.js";

const PIXELS = 36;
const CLASSES = 5;

export const LAYERS = randomLayers([PIXELS, 20, 20, CLASSES], "tanh", Random.stream(11, "foolbox"), 2);
export const NETWORK = denseNetwork([6, 6, 1], LAYERS);
export const PICTURES = randomPictures(6, PIXELS, 11);
export const LABELS = PICTURES.map((picture) => highest(NETWORK.logits(picture, 1)));
export const TARGETS = LABELS.map((label) => (label + 1) % CLASSES);
/** Sizes at which attacks of a fixed size are compared: of the sign step, and of the ball's radius. */
export const SIGN_STEP = 0.05;
export const RADIUS = 0.5;
