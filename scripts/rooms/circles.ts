/**
 * The circles of a graph, each by its nodes in the order of its arrows and the first once more at its end. Of circles that
 * share a node one is found: when it is gone, the next one shows.
 * @param arrows from a node to another one
 * @example circlesOf([['a', 'b'], ['b', 'a']]) // [['a', 'b', 'a']]
 */
export function circlesOf(arrows: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) circles.push([...path.slice(path.indexOf(node)), node]);
    if (done.has(node) || path.includes(node)) return;
    for (const to of next.get(node) ?? []) visit(to, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) visit(node, []);
  return circles;
}
