//! One paper in every format: the figures that come back out are those of the tree.
