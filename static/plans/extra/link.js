/* Made by `make assets` from the files in js/; change those. */
import{in_announce}from"../planboard.js";const in_link=(()=>{const{say:e}=in_announce;async function t(t){const n=new URL(t.href);for(const e of["q","group"])n.searchParams.delete(e);await navigator.clipboard.writeText(n),e("Link copied")}return{copyLink:t}})();export const{copyLink}=in_link
