/* Decides what is shown by the rule of surveys/course.py, over the same data. The server decides again on its own. */
const decide = (program, entered, link, thanks = []) => {
    const blanks = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;
    const trimmed = (value) => value.replace(blanks, "");
    const number = (text) => /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
    const same = (left, right) => left === right || number(left) !== null && number(left) === number(right);
    const typed = (text, ends) => { /* 1,280.50 with its unit is 1280.50, by the rule of surveys/normalisation.py */
        const plain = text.normalize("NFKC").replace(/[\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63]/g, "-").replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, "")
            .trim().toLowerCase().replace(/\u3002/g, ".").replace(/^(\u8d1f|\u8ca0|\u96f6\u4e0b) ?(?=[\u00a5\d.])/, "-");
        const found = plain.length <= 60 && /^([+-]?) ?(?:(?:\u00a5|rmb|cny|\u4eba\u6c11\u5e01|\u767e\u5206\u4e4b) ?)?([+-]?) ?([\d.,]+(?: \d{3})*[\d.,]*) ?(.*)$/
            .exec(plain.replace(/[ .,;!\u3002\u3001]+$/, ""));
        const power = found && !(found[1] && found[2]) ? +ends[found[4].replace(/ /g, "").replace(/^\((.*)\)$/, "$1")] : NaN;
        if (!(power >= 0) || plain.includes("\u767e\u5206\u4e4b") && !("%" in ends)) return text;
        if (!/^(\d*\.\d+|\d+\.?|[1-9]\d{0,2}([, ])\d{3}(\2\d{3})*(\.\d+)?)$/.test(found[3])) return text;
        let [whole, rest = ""] = found[3].replace(/[, ]/g, "").split(".");
        if (power) {
            rest = rest.padEnd(power, "0");
            whole = (whole + rest.slice(0, power)).replace(/^0+/, "");
            rest = rest.slice(power).replace(/0+$/, "");
        }
        return (found[1] + found[2] === "-" ? "-" : "") + (whole || "0") + (rest && "." + rest);
    };
    const kept = new Map(Object.entries(link).map(([name, value]) => ["link." + name, [value]]));
    const compared = (values, how, against) => {
        if (how === "answered") return values.length > 0;
        if (how === "unanswered") return !values.length;
        if (!values.length) return false;
        if (how === "includes" || how === "one_of") return values.some((each) => against.some((one) => same(each, one)));
        const alone = values.length === 1;
        if (how === "equals") return alone && same(values[0], against[0]);
        if (how === "differs") return !(alone && same(values[0], against[0]));
        const left = number(values[0]), right = number(against[0]);
        return alone && left !== null && right !== null && (how === "at_least" ? left >= right : left <= right);
    };
    const holds = (condition) => {
        if (!condition) return true;
        if (condition.not) return !holds(condition.not);
        if (condition.all) return condition.all.every(holds);
        if (condition.any) return condition.any.some(holds);
        const values = (kept.get(condition.field) || []).map(trimmed).filter(Boolean);
        return compared(values, condition.is, condition.value);
    };
    const shown = { sections: [], questions: {}, hidden: {}, ending: "complete" };
    let skip = 0, over = false;
    program.forEach((section, index) => {
        shown.sections[index] = !over && index >= skip && holds(section.if);
        if (!shown.sections[index]) return;
        section.questions.forEach((question) => {
            const hidden = Object.keys(question.parts).filter((part) => !holds(question.parts[part]));
            shown.questions[question.code] = holds(question.if) && !(question.of && hidden.length === question.of);
            shown.hidden[question.code] = hidden;
            if (!shown.questions[question.code]) return;
            question.fields.forEach((field) => {
                const part = field.split(".")[1] || "";
                const values = (entered[field] || []).filter((value) =>
                    field !== question.code || !hidden.includes(trimmed(value)));
                if (values.length && !hidden.includes(part))
                    kept.set(field, question.ends ? values.map((each) => typed(each, question.ends)) : values);
            });
        });
        const jump = section.jumps.find((each) => holds(each.if));
        if (!jump) return;
        if (jump.to < 0) over = true; else skip = jump.to;
        if (jump.to === -2) shown.ending = "screened_out";
    });
    shown.thanks = thanks.findIndex(holds);
    shown.entered = Object.fromEntries([...kept].filter(([field]) => !field.startsWith("link.")));
    return shown;
};
