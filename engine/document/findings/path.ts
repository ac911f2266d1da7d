/** A path with array places taken out: `tasks.3.title` → `tasks.title`. */
export function generalPath(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, '');
}
