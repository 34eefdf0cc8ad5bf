/**
 * Life of a delivery: `pending → packed → stored → accepted | rejected`; beside it `superseded` (a newer version
 * took its place before it was packed), `held` (a person keeps it back), `dead` (given up, kept for a person) and
 * `withheld` (a platform that is not Xinqiao may not have it: nothing was sent).
 */
export const DELIVERY_STATES = [
  'pending',
  'packed',
  'stored',
  'accepted',
  'rejected',
  'superseded',
  'held',
  'dead',
  'withheld',
] as const;
/** One word of {@link DELIVERY_STATES}. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * Every move of a delivery. The stores take their filters from here: a move from any other state has no effect.
 *
 * The business word may come before the transport receipt, when the answer to the sender was lost on the way: it
 * moves `packed` deliveries too.
 */
export const DELIVERY_MOVES = {
  pack: { from: ['pending'], to: 'packed' },
  unpack: { from: ['packed'], to: 'pending' },
  store: { from: ['packed'], to: 'stored' },
  accept: { from: ['packed', 'stored'], to: 'accepted' },
  reject: { from: ['packed', 'stored'], to: 'rejected' },
  /**
   * A business word that the partner has a newer version. Before the transport receipt it decides nothing: that one
   * says which version it is, and so whether ours was overtaken or refused.
   */
  rejectTaken: { from: ['stored'], to: 'rejected' },
  supersede: { from: ['pending', 'held'], to: 'superseded' },
  /** The partner holds a newer version that it got from us. */
  overtake: { from: ['packed'], to: 'superseded' },
  /** Not sent, or sent no more: the partner is not entitled to it, or a withdrawal stands in its place. */
  drop: { from: ['packed'], to: 'superseded' },
  hold: { from: ['pending'], to: 'held' },
  release: { from: ['held'], to: 'pending' },
  /** The platform may not have the record and holds nothing of it. */
  withhold: { from: ['packed'], to: 'withheld' },
  /** The platform said that it takes the record later. */
  postpone: { from: ['packed', 'stored'], to: 'pending' },
  giveUp: { from: ['packed'], to: 'dead' },
  retry: { from: ['dead'], to: 'pending' },
  /** Other content goes in the place of this version: the withdrawal of the key, or the version again. */
  replace: {
    from: ['pending', 'packed', 'stored', 'accepted', 'rejected', 'superseded', 'held', 'dead', 'withheld'],
    to: 'pending',
  },
  replay: { from: ['stored', 'accepted', 'rejected', 'dead', 'withheld'], to: 'pending' },
} as const satisfies Record<string, { from: readonly DeliveryState[]; to: DeliveryState }>;

/** A word of {@link DELIVERY_MOVES}. */
export type DeliveryMove = keyof typeof DELIVERY_MOVES;

/** The state after a move, or null where the move has no effect. */
export function moveDelivery(state: DeliveryState, move: DeliveryMove): DeliveryState | null {
  const { from, to } = DELIVERY_MOVES[move];
  return from.some((it) => it === state) ? to : null;
}

/** The states that a move starts from, for the filter of an update. */
export function statesBefore(move: DeliveryMove): { readonly $in: DeliveryState[] } {
  return { $in: [...DELIVERY_MOVES[move].from] };
}
