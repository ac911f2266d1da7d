/** What a reader's eye has to cope with on a page. */
export interface Contrasts {
  readonly texts: number;
  /** Texts with less contrast than WCAG AA asks of small ones (4.5). */
  readonly faint: readonly string[];
  /** How bright the page is, 0 to 255. */
  readonly background: number;
}

/** Measures every visible text against what it stands on. Runs inside the page, so it uses nothing from outside. */
export function colorsAndContrasts(): Contrasts {
  type Color = [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Color => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const backgroundOf = (element: Element | null): Color => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own;
    const below = backgroundOf(element.parentElement);
    const mixed = [0, 1, 2].map((i) => own[i]! * own[3] + below[i]! * (1 - own[3]));
    return [mixed[0]!, mixed[1]!, mixed[2]!, 1];
  };
  const luminance = (color: Color) => {
    const [red, green, blue] = color.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const faint = new Set<string>();
  let texts = 0;
  for (const element of document.querySelectorAll('body *')) {
    const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '');
    const box = element.getBoundingClientRect();
    if (!isText || box.width === 0 || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const isDrawn = element.namespaceURI === 'http://www.w3.org/2000/svg';
    const [bright, dark] = [
      luminance(parse(isDrawn ? style.fill : style.color)),
      luminance(backgroundOf(element)),
    ].sort((a, b) => b - a);
    const contrast = (bright! + 0.05) / (dark! + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className}: ${contrast.toFixed(2)}`);
  }
  return { texts, faint: [...faint], background: backgroundOf(document.body)[0] };
}
