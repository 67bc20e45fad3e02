/** One bar: a number, and what it is written as. */
export interface Bar {
  /** Bars of one group are drawn together under its name. */
  readonly group: string;
  readonly label: string;
  readonly value: number;
  /** Written at its end. @default the value */
  readonly text?: string;
  /** Lucid's own, which is coloured; peers and floors are grey. */
  readonly isOwn: boolean;
}

/** Bars that share one axis. */
export interface BarPlot {
  readonly kind: "bars";
  /** Of its file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What the axis counts. */
  readonly axis: string;
  readonly bars: readonly Bar[];
  /** Marked by a dashed line across the bars of a group. */
  readonly goals?: readonly { readonly group: string; readonly value: number }[];
}

export interface Axis {
  readonly title: string;
  readonly isLogarithmic: boolean;
}

/** A point of a line. */
export interface Point {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Lines over a size. */
export interface LinePlot {
  readonly kind: "lines";
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly Point[];
  /** Series that are goals or floors: dashed. */
  readonly dashed?: readonly string[];
}

export type Plot = BarPlot | LinePlot;
