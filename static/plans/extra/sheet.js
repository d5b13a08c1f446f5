/* Made by `make assets` from the files in js/; change those. */
const in_sheet=(()=>{const t=new Intl.DateTimeFormat(0[0],{dateStyle:"medium",timeStyle:"short"});for(const e of document.querySelectorAll("[data-moment]"))e.textContent=t.format(new Date(e.dateTime));const e=document.querySelector("[data-print]");return e.hidden=!1,e.addEventListener("click",()=>print()),{}})()
