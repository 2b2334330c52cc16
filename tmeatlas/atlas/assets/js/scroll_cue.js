/** Where a figure goes on beyond its frame, the frame fades out there: there is more to scroll to. */

const SLACK = 2; // pixels that rounding may leave

export function cueScroll(frame) {
  function update() {
    const right = frame.scrollWidth - frame.clientWidth - frame.scrollLeft;
    const below = frame.scrollHeight - frame.clientHeight - frame.scrollTop;
    frame.classList.toggle("more-right", right > SLACK);
    frame.classList.toggle("more-below", below > SLACK);
  }
  frame.addEventListener("scroll", update, { passive: true });
  const watcher = new ResizeObserver(update);
  watcher.observe(frame);
  for (const inside of frame.querySelectorAll(".figure, .grid")) watcher.observe(inside);
}
