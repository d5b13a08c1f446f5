// Make one element look like another without replacing what has focus, is selected or is being typed into.

import { fillTimes } from "./time.js";

/** Elements with data-own hold a person's own marks: they are left alone. */
const own = (node) => node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-own");

/** Read what the server sent. Its times say at once what they say on the page: what is the same stays untouched. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  fillTimes(template.content);
  return template.content;
}

export function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to);
    return to;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return from;
  }
  if (from.isEqualNode(to)) return from;
  morphAttributes(from, to);
  if (from !== document.activeElement || !isEditor(from)) morphChildren(from, to);
  return from;
}

const isEditor = (element) => element.matches("input, textarea, select");

function morphAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !name.startsWith("data-own-") && name !== "tabindex") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

const keyOf = (node) => (node?.nodeType === Node.ELEMENT_NODE && (node.id || node.dataset.key)) || "";

/** Find what stands for the same thing on the page: by id, or a list item by its data-key. */
function keyed(node) {
  return node.id ? document.getElementById(node.id) : document.querySelector(`li[data-key="${CSS.escape(node.dataset.key)}"]`);
}

/** Move an element without losing its focus and state, where the browser can. */
export function moveInto(parent, node, before) {
  if (node.isConnected && parent.moveBefore) {
    parent.moveBefore(node, before);
    return;
  }
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(node, before);
  focused?.focus({ preventScroll: true });
}

function morphChildren(from, to) {
  const wanted = [...to.childNodes];
  let at = from.firstChild;
  for (const node of wanted) {
    while (at && own(at)) at = at.nextSibling;
    const key = keyOf(node);
    const match = key === keyOf(at) ? at : key ? keyed(node) : null;
    if (!match) {
      from.insertBefore(node, at);
    } else if (match === at) {
      at = morph(at, node).nextSibling;
    } else {
      moveInto(from, match, at);
      morph(match, node);
    }
  }
  while (at) {
    const next = at.nextSibling;
    if (!own(at)) at.remove();
    at = next;
  }
}
