/** Entry of the page "Adversarial". */
import { registerToolkit } from "../ui/toolkit.js";
import "../ui/base.css";
import "./page.css";
import "./app.js";

registerToolkit();
