/** What the partner holds of a version, as far as the delivery's present state tells; for a pipeline update. */
export const HELD_BEFORE = {
  $cond: [
    { $in: ['$state', ['stored', 'accepted']] },
    { hash: '$hash', at: '$settledAt' },
    {
      $cond: [
        { $in: ['$state', ['packed', 'dead']] },
        { $ifNull: ['$before', { hash: '$hash', at: null }] },
        { $ifNull: ['$before', null] },
      ],
    },
  ],
};
