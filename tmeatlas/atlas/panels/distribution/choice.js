/** What the distribution shows, in a link. */
import { oneOf } from "../../assets/js/deep_link.js";

/** What the distribution shows, where the colour does not say so. */
function lastFeature(of, { atlas: { store, features, meta } }) {
  const isCategory = features.get(store.get("colour")).kind === "category";
  return isCategory && of !== meta.features[0].id ? of : null;
}

export const link = {
  distributionBy: { name: "by", read: oneOf(({ categories }) => [...categories.keys(), "all"]) },
  distributionOf: {
    name: "of",
    read: oneOf(({ meta }) => meta.features.map((feature) => feature.id)),
    write: lastFeature,
  },
};
