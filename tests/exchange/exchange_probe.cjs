// Loads survey-core and says, for each survey and condition on standard input, what SurveyJS makes of it.
const survey = require(process.argv[2]);
for (const kind of ["survey", "page", "question", "htmlconditionitem"]) survey.Serializer.addProperty(kind, { name: "xinsheng" });
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = asked.surveys.map((json) => {
  const model = new survey.Model(json);
  return {
    errors: (model.jsonErrors || []).map((each) => each.message),
    names: model.getAllQuestions().map((each) => each.name),
    kept: JSON.stringify(model.toJSON()).split("xinsheng").length,
    titles: model.getAllQuestions().filter((each) => each.getType() !== "html").map((each) => each.title),
  };
});
const held = asked.conditions.map(([expression, values]) => new survey.ConditionRunner(expression).runValues(values));
console.log(JSON.stringify({ read, held }));
