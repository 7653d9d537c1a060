#!/usr/bin/env node
console.log("ft");
