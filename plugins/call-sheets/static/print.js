// Prints the page; without script, the browser's own menu does.
export default function print(button) {
  button.addEventListener('click', () => globalThis.print())
}
